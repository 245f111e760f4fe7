/** How programs of a project are started, as far as its texts tell. */
import type { Surroundings } from './rule.ts';

/** Commands, images, packages and notebooks that start a program by Python's own means; what only makes an environment or runs tests is none. */
const startsPython = /\b(?:uvicorn|gunicorn)["']?[\s,]+["']?[\w-]|(?:\bflask|\bstreamlit)["']?[\s,]+["']?run\b|\bpython[\d.]*["']?[\s,]+["']?(?:-u["']?[\s,]+["']?)?(?:-m["']?[\s,]+["']?(?!venv|pip|pytest|unittest|ipykernel|build)[\w.]+|(?!setup\.py)[\w./$-]+\.py\b)|\bconsole_scripts\b|"nbformat"\s*:|^\[(?:project|tool\.poetry)\.scripts\]/m;
/** What may hand a program to a JVM that runs already: Spark's commands, operators and services around it. `PYSPARK_SUBMIT_ARGS` is for Python, which starts one. So may a kernel that is named for Spark and no environment of Python. */
const submits = /(?<!py)spark[-_]?submit|\bSparkApplication\b|\b(?:emr|dataproc|livy|databricks|awsglue|synapse)|\bglue\b|\bdbutils\b|\b(?:mssparkutils|notebookutils)\b|"kernelspec"\s*:\s*\{(?![^}]*(?:env|conda))[^}]*(?:spark|yarn)/i;

/** The project starts programs by Python, and speaks of no other way. */
export const startedByPythonAlone = (mentions: Surroundings['mentions']): boolean => mentions?.(startsPython) === true && !mentions(submits);
