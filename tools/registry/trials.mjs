/** Values tried on a released Spark, one after the other in one JVM (Trials.java); a JVM that hangs is replaced. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { classes, opened, plainEnvironment, tool } from './release.mjs';

/** `jars`: the folder of a release's jars; `loading`: objects whose entries are read. Gives `ask(how, key, value, …)` and `close()`. */
export function openTrials(jars, { master = 'local[2]', heap = '1g', loading = [] } = {}) {
  const place = mkdtempSync(join(tmpdir(), 'sparkcheck-trials-'));
  let running;
  const ask = async (words) => {
    running.child.stdin.write(`${words.join('\t')}\n`);
    const { value: line, done } = await running.lines.next();
    const answer = done ? { verdict: 'hangs', error: 'the JVM ended', from: [] } : JSON.parse(line);
    if (answer.verdict === 'hangs') running = undefined;
    return answer;
  };
  const start = async () => {
    const child = spawn(tool('java'), [...opened, `-Xmx${heap}`, `-Dsparkcheck.master=${master}`, '-cp', [classes(), join(jars, '*')].join(delimiter), 'Trials'], { cwd: place, env: plainEnvironment(), stdio: ['pipe', 'pipe', 'ignore'] });
    running = { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    if (loading.length > 0) await ask(['load', ...loading]);
  };
  return {
    async ask(...words) {
      while (!running) await start();
      return ask(words);
    },
    close() {
      running?.child.stdin.end();
      rmSync(place, { recursive: true, force: true });
    },
  };
}
