/** Finds the command that is meant, and turns bad usage into exit code 2. */
import manifest from '../../../package.json' with { type: 'json' };
import { nearestName } from '../project/settings.ts';
import { type CommandName, commands, mainHelp, parse, UsageError } from './usage.ts';

/** The exit code; undefined where the command goes on by itself (the language server). */
export async function run(args: readonly string[]): Promise<number | undefined> {
  try {
    return await dispatch(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`sparkcheck: ${error.message}\n`);
    return 2;
  }
}

async function dispatch(args: readonly string[]): Promise<number | undefined> {
  const [first, ...rest] = args;
  if (first === '--version' || first === '-V') return print(manifest.version);
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') return print(helpFor(rest[0]));
  if (!isCommand(first)) return missing(first, args);
  const parsed = parse(first, rest);
  if (parsed.values.help) return print(commands[first].help);
  switch (first) {
    case 'check': return (await import('./check.ts')).check(rest);
    case 'explain': return (await import('./explain.ts')).explain(parsed.positionals);
    case 'rules': return (await import('./explain.ts')).listRules(rest);
    case 'conf': return (await import('./conf.ts')).conf(rest);
    case 'types': return (await import('./types.ts')).types(parsed.positionals);
    case 'coverage': return (await import('./coverage.ts')).coverage(rest);
    case 'parse-loss': return (await import('./parse-loss.ts')).parseLoss(rest);
    case 'lsp':
      await import('../lsp/main.ts');
      return undefined;
  }
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

/** `sparkcheck jobs/` is `sparkcheck check jobs/`: but a misspelt command is not a path. */
async function missing(first: string, args: readonly string[]): Promise<number | undefined> {
  const { existsSync } = await import('node:fs');
  if (first.startsWith('-') || existsSync(first)) return dispatch(['check', ...args]);
  const near = nearestName(first, Object.keys(commands));
  throw new UsageError(`There is no command and no path \`${first}\`${near === undefined ? '' : ` (did you mean \`${near}\`?)`}. \`sparkcheck --help\` lists the commands.`);
}

function helpFor(command: string | undefined): string {
  return command !== undefined && isCommand(command) ? commands[command].help : mainHelp;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
