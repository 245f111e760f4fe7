"""Prints, as JSON, what is read from objects of Spark's Python classes without a call: by class, the public properties and
fields. The arguments are folders of installed releases (…/site-packages/pyspark); what any of them has counts.
Usage: python3 pyspark-attributes.py FOLDER…
"""
import ast
import json
import pathlib
import sys

FILES = {
    'DataFrame': ['sql/dataframe.py', 'sql/classic/dataframe.py', 'sql/connect/dataframe.py'],
    'GroupedData': ['sql/group.py', 'sql/connect/group.py'],
    'Column': ['sql/column.py', 'sql/classic/column.py', 'sql/connect/column.py'],
    'RDD': ['rdd.py', 'core/rdd.py'],
    'SparkSession': ['sql/session.py', 'sql/connect/session.py'],
}


def fields(function):
    """`self.name = …` in a method."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == 'self':
            yield node.attr


def attributes(definition):
    for member in definition.body:
        if isinstance(member, ast.FunctionDef):
            if any('property' in ast.unparse(decorator) for decorator in member.decorator_list):
                yield member.name
            yield from fields(member)
        elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            yield member.target.id


def main():
    found = {owner: set() for owner in FILES}
    for folder in sys.argv[1:]:
        for owner, files in FILES.items():
            for path in (pathlib.Path(folder) / file for file in files):
                if not path.exists():
                    continue
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.ClassDef) and node.name == owner:
                        found[owner].update(name for name in attributes(node) if not name.startswith('_'))
    json.dump({owner: sorted(names) for owner, names in found.items()}, sys.stdout)


main()
