/** Names that Python code finds without binding or importing them. */

export const functionsModule = 'pyspark.sql.functions';

/** Functions of Spark by names that tell them (notebooks of Databricks provide `udf` by themselves), and what their module is called everywhere. */
export const looseFunctions: ReadonlySet<string> = new Set('udf pandas_udf col lit when countDistinct concat_ws to_date to_timestamp regexp_replace regexp_extract from_json get_json_object explode explode_outer monotonically_increasing_id row_number dense_rank collect_list collect_set current_timestamp input_file_name unix_timestamp from_unixtime date_format datediff months_between array_contains'.split(' '));
export const looseModules: ReadonlySet<string> = new Set(['F']);

/** Python's own. */
export const builtins: ReadonlySet<string> = new Set(('abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod exit quit compile complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip __import__ __name__ __file__ __doc__ NotImplemented Ellipsis '
  + 'unicode xrange raw_input basestring long reduce Exception BaseException ValueError TypeError KeyError IndexError RuntimeError AttributeError StopIteration NotImplementedError OSError IOError FileNotFoundError ImportError AssertionError KeyboardInterrupt SystemExit ZeroDivisionError ArithmeticError LookupError EOFError MemoryError NameError TimeoutError PermissionError UnicodeDecodeError UnicodeError Warning DeprecationWarning UserWarning ConnectionError').split(' '));
