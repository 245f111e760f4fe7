/** What findings say of the places beside their own. */
import { expect, it } from 'vitest';
import { projectOf } from '../support/project.ts';

it('actions in one place are told apart by the calls that lead there', () => {
  const text = `import org.apache.spark.sql.{DataFrame, SparkSession}

object Daily {
  def save(rows: DataFrame, path: String): Unit = rows.write.parquet(path)

  def run(spark: SparkSession): Unit = {
    val totals = spark.read.parquet("/data/sales").groupBy("shop").sum("price")
    save(totals, "/data/totals")
    save(totals.filter("shop > 7"), "/data/large")
  }
}
`;
  const [found] = projectOf({ 'Daily.scala': text }).check('Daily.scala').findings.filter(({ rule }) => rule === 'recomputed-dataset');
  expect(found!.related.map(({ site, message }) => `${text.slice(0, site.start).split('\n').length}: ${text.slice(site.start, site.end)}: ${message}`)).toEqual([
    '4: parquet: `parquet` computes it',
    '8: save(totals, "/data/totals"): `parquet` is called from here',
    '9: save(totals.filter("shop > 7"), "/data/large"): `parquet` is called from here',
  ]);
});
