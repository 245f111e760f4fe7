import { describe, expect, it } from 'vitest';
import { actions } from '../../server/src/rule/queries.ts';
import { defaultTargets } from '../../server/src/rule/targets.ts';
import { actionsOn, derivedFrom } from '../../server/src/rule/uses.ts';
import type { Report } from '../../server/src/rule/rule.ts';
import recomputed from '../../server/src/rules/recomputed-dataset.ts';
import { programOf } from '../support/engine.ts';

const text = 'raw = spark.read.csv("/a")\nper_user = raw.groupBy("u").count()\nranked = per_user.orderBy("count")\nprint(ranked.count())\nranked.write.parquet("/b")\nraw.show()\n';
const program = programOf(text);
const named = (name: string) => program.datasets.find(({ names }) => names.some((each) => each.name === name))!;

describe('the uses of a dataset', () => {
  it('are the actions on it and on what derives from it, in order', () => {
    expect(actionsOn(program, named('raw'))).toEqual(actions(program));
    expect(actionsOn(program, named('ranked')).map(({ method }) => method.name)).toEqual(['count', 'parquet']);
    expect([...derivedFrom(program, named('per_user'))].map(({ made }) => made)).toEqual(['count', 'orderBy']);
  });

  it('make the same findings in whatever order datasets were met', () => {
    const found = (datasets: typeof program.datasets): string[] => {
      const reports: Report[] = [];
      recomputed.check({ program: { ...program, datasets }, targets: defaultTargets, fileKind: 'job', settings: [], complete: false, namespaces: [], exists: () => false, option: (_, fallback) => fallback, report: (report) => reports.push(report) });
      return reports.map(({ message }) => message);
    };
    expect(found(program.datasets)).toHaveLength(1);
    expect(found([...program.datasets].reverse())).toEqual(found(program.datasets));
  });
});
