/** What is said of how many rows there are, in a comment beside an action or in the text that its function begins with: words, which data outgrows. */
import type { EventOf, SparkProgram } from '../analysis/model.ts';
import type { Lowered } from '../program/program.ts';
import { fewEnough } from './sized.ts';
import { commentsBeside, type Statement, statementAt } from './statements.ts';

/** The comment beside it says that they are few, or the text that its function begins with says how many there are. */
export function areSaidFew({ lowered, path }: SparkProgram, { site }: EventOf<'action'>): boolean {
  const statement = site.module === path ? statementAt(lowered, site.start) : undefined;
  return statement !== undefined && (saysFew(documentationAt(lowered, statement)) || commentsBeside(lowered, statement).some((comment) => saysFew(comment) || saysSmall(comment)));
}

/** Of the function around a statement, the text that it begins with. */
function documentationAt({ text }: Lowered, statement: Statement): string {
  let around = statement.parent;
  while (around && around.expr.kind !== 'closure') around = around.parent;
  if (around?.expr.kind !== 'closure') return '';
  const { def } = around.expr;
  return /^[rRuU]?("""|''')([^]*?)\1/.exec(text.slice(around.base + def.at + def.body.span[0], around.end))?.[2] ?? '';
}

/** "the table is small", "just a few lines" */
const saysSmall = (text: string): boolean => !speaksOfMany(text) && small.test(text);
const small = /\b(?:is|are|it's|they're|stays?|remains?|only|very|just)\s+(?:(?!not\b|never\b|too\b)\w+\s+)?(?:small|tiny|few)\b|\b(?:small|tiny)(?:\s+\w+)?\s+(?:table|frame|dataframe|dataset|data|result|lookup|list)\b/i;

/** "(~700K rows) fits in memory", "at most 200 rows" */
function saysFew(text: string): boolean {
  if (speaksOfMany(text)) return false;
  if (fitting.test(text)) return true;
  return !ofSome.test(text) && [...text.matchAll(numbers)].some(([, bounded, number, unit]) => bounded !== undefined && numberOf(number!, unit) <= fewEnough);
}
const fitting = /\bfits?\s+(?:\w+\s+)?(?:in|into)\s+(?:the\s+)?(?:driver(?:'s)?\s+)?(?:memory|RAM)\b/i;
/** Of what is shown, or of each part, and not of all of them. */
const ofSome = /\b(?:prints?|shows?|displays?|logs?|looks? at|first|last|per|each|every|partitions?|batch(?:es)?|chunks?|pages?)\b/i;

/** It warns, tells of what was once, or of what is many: whatever else it says, nobody counts on few rows. */
function speaksOfMany(text: string): boolean {
  if (warning.test(text) || /\b(?:not|n't|never|if|unless|until|must|too)\b[^.]*\bmemory\b|\b(?:not|never|no longer)\s+(?:\w+\s+){0,2}(?:small|tiny|few)\b|n't\s+(?:\w+\s+){0,2}(?:small|tiny|few)\b/i.test(text)) return true;
  return /\bmemory\b/i.test(text.replace(fitting, '')) || [...text.matchAll(numbers)].some(([, , number, unit]) => numberOf(number!, unit) > fewEnough);
}
const warning = /\b(?:TODO|FIXME|XXX|HACK|[mb]illions?|trillions?|huge|large|dies?|fails?|failed|crash(?:es|ed)?|OOM|OutOfMemory\w*|slow|was|were|used to|by now|anymore|grows?|grew|grown|growing)\b|\b(?:driver|cluster|executors?|machine|node|heap)\s+(?:is|are|has|have)\b/i;

/** A number of rows, with what may stand before it to say that there are no more. */
const numbers = /(?:(~|<|\b(?:about|around|approximately|roughly|only|just|at most|up to|fewer than|less than))\s*)?(?<![\d.,_])(\d[\d,_]*(?:\.\d+)?)\s*([KMB])?\+?\s+(?:rows|records|lines|events)\b/gi;
const numberOf = (number: string, unit: string | undefined): number => Number(number.replace(/[,_]/g, '')) * ({ k: 1e3, m: 1e6, b: 1e9 }[unit?.toLowerCase() ?? ''] ?? 1);
