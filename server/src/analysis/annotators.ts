/** Spark NLP, whose annotators are stages of a Pipeline that nothing in sight tells from estimators. */
import { calledName, forEachImport, forEachOf } from '../program/expressions.ts';
import type { Def } from '../program/program.ts';

const known = new WeakMap<Def, boolean>();

/** The module uses Spark NLP, and calls nothing that learns by its name: what it makes of annotators reads no rows in `fit`. */
export function annotatesOnly(module: Def): boolean {
  const before = known.get(module);
  if (before !== undefined) return before;
  let [imports, learns] = [false, false];
  forEachImport(module.body, ({ module: name }) => {
    imports ||= library.test(name);
  });
  forEachOf({ module }, ['call'], (call) => {
    learns ||= learning.test(calledName(call) ?? '');
  });
  known.set(module, imports && !learns);
  return imports && !learns;
}
const library = /^(sparknlp|com\.johnsnowlabs)\b/;
/** `NerDLApproach`, `SparkXGBClassifier` */
const learning = /(Approach|Classifier|Regressor|Regression|Estimator)$/;
