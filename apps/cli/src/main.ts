#!/usr/bin/env node
import { runCommandLine } from './program.js';

const { argv, stdin, stdout, stderr, env } = process;
// A reader that has gone, as behind `| head -1`, has read enough: the command goes on to its exit code.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
const args = argv.slice(2);
void runCommandLine(args, { stdin, stdout, stderr, env, cwd: process.cwd(), args }).then((exitCode) => {
  process.exitCode = exitCode;
});
