#!/usr/bin/env node
import { runCommandLine } from './program.js';

const { argv, stdin, stdout, stderr, env } = process;
const args = argv.slice(2);
void runCommandLine(args, { stdin, stdout, stderr, env, cwd: process.cwd(), args }).then((exitCode) => {
  process.exitCode = exitCode;
});
