/** Loaded by VS Code inside its extension host: runs every bundled test file and writes down the counts. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 30_000, color: false });
  const suite = join(__dirname, 'suite');
  for (const file of readdirSync(suite).sort()) mocha.addFile(join(suite, file));
  const report: string[] = [];
  // The window's console is full of other voices: the report goes home in a file.
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => void report.push(format(...args));
  const { passed, failed } = await new Promise<{ passed: number; failed: number }>((resolve) => {
    const runner = mocha.run(() => resolve({ passed: runner.stats?.passes ?? 0, failed: runner.stats?.failures ?? 0 }));
  });
  writeFileSync(join(__dirname, 'result.json'), JSON.stringify({ passed, failed, report: report.join('\n') }));
  if (failed > 0) throw new Error(`${failed} e2e tests failed`);
}
