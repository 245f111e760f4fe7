import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { statementAt, statementsOf } from '../../server/src/rule/statements.ts';
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
});
