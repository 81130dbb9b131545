// After every test, in every file: the ledger of each database that the file uses is whole.
import 'reflect-metadata';
import { verifyOpenLedgers } from './ledger';

afterEach(verifyOpenLedgers);
