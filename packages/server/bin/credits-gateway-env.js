#!/usr/bin/env node
// Here before anything is compiled, so that an install can link it. In the repository nothing is compiled until somebody asks; what is
// installed from a package has it.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const folder = path.join(__dirname, '..');
const built = path.join(folder, 'dist', 'env.js');
if (!fs.existsSync(built) && fs.existsSync(path.join(folder, 'src')))
  // What it prints is a file of settings: nothing else goes there.
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: ['ignore', 2, 2] });
require(built);
