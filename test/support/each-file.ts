// Before every test file. Small on purpose: what stands here is loaded anew for each of them.
import 'reflect-metadata';
