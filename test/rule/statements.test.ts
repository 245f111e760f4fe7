import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeOf, statementAt, statementsOf } from '../../server/src/rule/statements.ts';
import { touches } from '../../server/src/text/range.ts';
import { lower } from '../support/engine.ts';
import { readFixture } from '../support/fixture.ts';

const folder = new URL('../fixtures/', import.meta.url);
const texts = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
  .flatMap((name) => readFixture(readFileSync(new URL(name, folder), 'utf8')))
  .flatMap(({ files }) => files.filter(({ path }) => path.endsWith('.py')).map(({ text }) => text));

describe('the statement around a place', () => {
  it('is the smallest that touches it', () => {
    for (const text of texts) {
      const lowered = lower(text);
      for (let offset = 0; offset <= text.length; offset += 7) {
        const around = statementsOf(lowered).filter((each) => touches(each, offset));
        const smallest = around.reduce<(typeof around)[number] | undefined>((best, each) => (!best || each.end - each.start <= best.end - best.start ? each : best), undefined);
        expect(statementAt(lowered, offset)).toBe(smallest);
      }
    }
  });

  it('is found in a class beside an object of its name', () => {
    const text = 'class A(n: Int) {\n  def f = {\n    val x = n\n    x\n  }\n}\nobject A {\n  val y = 1\n}\n';
    const lowered = lower(text, 'Job.scala');
    const kindsAt = (word: string): (string | undefined)[] => {
      const kinds: string[] = [];
      for (let at = statementAt(lowered, text.indexOf(word)); at; at = at.parent) kinds.push(at.expr.kind);
      return kinds;
    };
    expect(kindsAt('x = n')).toEqual(['bind', 'closure', 'closure']);
    expect(kindsAt('y = 1')).toEqual(['bind', 'closure']);
  });
});

describe('code without its comments', () => {
  it.each([['job.py', 'a = 1  # é stop()\n# all\n\nb = "# text"\n'], ['Job.scala', 'val a = 1 // stop()\n/* all\n of it */ val b = "// text"\n']])('keeps offsets and texts of %s', (path, text) => {
    const code = codeOf(lower(text, path));
    expect(code.length).toBe(text.length);
    expect(code).not.toMatch(/stop|all/);
    expect(code.indexOf('text')).toBe(text.indexOf('text'));
    expect(code.split('\n').length).toBe(text.split('\n').length);
  });
});
