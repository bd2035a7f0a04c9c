#!/usr/bin/env node
'use strict';
const { join } = require('node:path');
const { launch } = require('../dist/launch.cjs');

launch(join(__dirname, '..', 'dist', 'cli.cjs')).then((status) => {
  // Nothing is left to wait for: all output is written by now, and clean-up happens at exit.
  process.exit(status);
});
