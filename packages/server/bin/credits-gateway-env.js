#!/usr/bin/env node
// Here before anything is compiled, so that an install can link it.
require('../dist/env.js');
