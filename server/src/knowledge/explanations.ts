/**
 * What keys do, in our own words: `explanations/*.json`, one file per family, each key with its explanation and, where
 * there is something to weigh, advice. Facts (type, default, since) come from the registry and are not repeated there.
 */
import application from './explanations/application.json' with { type: 'json' };
import connect from './explanations/connect.json' with { type: 'json' };
import dstreamsKafka from './explanations/dstreams-kafka.json' with { type: 'json' };
import executors from './explanations/executors.json' with { type: 'json' };
import kubernetes from './explanations/kubernetes.json' with { type: 'json' };
import memoryShuffle from './explanations/memory-shuffle.json' with { type: 'json' };
import mesos from './explanations/mesos.json' with { type: 'json' };
import networkSecurity from './explanations/network-security.json' with { type: 'json' };
import observability from './explanations/observability.json' with { type: 'json' };
import oldNames from './explanations/old-names.json' with { type: 'json' };
import passedOn from './explanations/passed-on.json' with { type: 'json' };
import sql from './explanations/sql.json' with { type: 'json' };
import sqlFiles from './explanations/sql-files.json' with { type: 'json' };
import sqlPlanning from './explanations/sql-planning.json' with { type: 'json' };
import sqlPython from './explanations/sql-python.json' with { type: 'json' };
import standalone from './explanations/standalone.json' with { type: 'json' };
import streaming from './explanations/streaming.json' with { type: 'json' };
import testing from './explanations/testing.json' with { type: 'json' };
import yarn from './explanations/yarn.json' with { type: 'json' };
import prefixes from './prefixes.json' with { type: 'json' };

/** [explanation, advice] */
type Texts = Readonly<Record<string, readonly string[]>>;

export const families: Readonly<Record<string, Texts>> = { application, connect, dstreamsKafka, executors, kubernetes, memoryShuffle, mesos, networkSecurity, observability, oldNames, passedOn, sqlFiles, sqlPlanning, sqlPython, sql, standalone, streaming, testing, yarn };
export const prefixTexts: Readonly<Record<string, string>> = prefixes;

export interface Explanation {
  readonly explanation: string;
  readonly advice?: string | undefined;
}

export function explanationOf(key: string): Explanation | undefined {
  for (const texts of Object.values(families)) {
    if (!Object.hasOwn(texts, key)) continue;
    const [explanation, advice] = texts[key]!;
    return { explanation: explanation!, advice };
  }
  return undefined;
}

/** What keys that begin like this one are for; the longest prefix tells most. */
export function prefixText(key: string): string | undefined {
  for (let end = key.lastIndexOf('.'); end > 0; end = key.lastIndexOf('.', end - 1)) {
    const prefix = key.slice(0, end + 1);
    if (Object.hasOwn(prefixTexts, prefix)) return prefixTexts[prefix];
  }
  return undefined;
}
