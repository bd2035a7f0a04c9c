#!/usr/bin/env node
'use strict';
const { runHere } = require('../dist/cli.cjs');

runHere().then((status) => {
  // Nothing is left to wait for: all output is written by now, and clean-up happens at exit.
  process.exit(status);
});
