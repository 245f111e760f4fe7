import { describe, expect, test } from 'vitest';
import { detail, headline } from '../../client/src/status-text.ts';

describe('the status item', () => {
  test('counts findings', () => {
    expect(headline({ state: 'ready', findings: 0 })).toBe('Sparkcheck: 0 findings');
    expect(headline({ state: 'ready', findings: 1 })).toBe('Sparkcheck: 1 finding');
  });

  test('says how long the check took, finer where it was short', () => {
    expect(detail({ state: 'ready', milliseconds: 3.14159 })).toBe('checked in 3.1 ms');
    expect(detail({ state: 'ready', milliseconds: 140.6 })).toBe('checked in 141 ms');
  });

  test('a failure tells its reason', () => {
    const status = { state: 'failed', message: 'The server is not running' } as const;
    expect([headline(status), detail(status)]).toEqual(['Sparkcheck: failed', 'The server is not running']);
  });
});
