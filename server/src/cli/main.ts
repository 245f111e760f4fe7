#!/usr/bin/env node
/** The command line. Commands are loaded when they are asked for: `--version` reads no table of Spark. */
import { run } from './commands.ts';

// `sparkcheck … | head`: whoever closed the pipe has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2));
