"""A YAML file read into plain values that remember their lines."""

from pathlib import Path
from typing import Any

import yaml

from shared.programmes.faults import Fault, Place, ProgrammeError, path_text

Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Document:
    """The values of one file, and the line of every place in it."""

    def __init__(self, file: Path, content: bytes) -> None:
        self.file = file
        self.lines: dict[Place, int] = {(): 1}
        self.faults: list[Fault] = []
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise self._fatal(1, f"cannot be read as UTF-8 text: {error}") from error
        loader = Loader(text)
        try:
            node = loader.get_single_node()
            self.value = {} if node is None else self._read(loader, node, ())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            reason = error.problem or error.context
            if error.context and error.context_mark:
                reason = (
                    f"{reason}, {error.context} that starts on line {error.context_mark.line + 1}"
                )
            raise self._fatal(mark.line + 1 if mark else 1, f"is not YAML: {reason}") from error
        except RecursionError:
            raise self._fatal(
                1, "holds itself; expected no alias (*) inside its anchor (&)"
            ) from None
        except (ValueError, yaml.YAMLError) as error:
            raise self._fatal(1, f"is not YAML: {error}") from error
        finally:
            loader.dispose()
        if not isinstance(self.value, dict):
            raise self._fatal(1, "expected fields (name: value) at the top of the file")
        if self.faults:
            raise ProgrammeError(self.faults)

    def fault(self, place: Place, message: str) -> Fault:
        """A mistake at a place; what is missing is reported at what should hold it."""
        known = place
        while known not in self.lines:
            known = known[:-1]
        return Fault(self.file, self.lines[known], path_text(place), message)

    def _fatal(self, line: int, message: str) -> ProgrammeError:
        return ProgrammeError([Fault(self.file, line, "", message)])

    def _read(self, loader: yaml.SafeLoader, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            # A tuple, because the models are frozen and strict.
            return tuple(
                self._read(loader, item, (*place, at)) for at, item in enumerate(node.value)
            )
        if isinstance(node, yaml.MappingNode):
            fields: dict[str, Any] = {}
            for key_node, item in node.value:
                key = str(key_node.value)
                inner = (*place, key)
                line = key_node.start_mark.line + 1
                if key in fields:
                    self.faults.append(
                        Fault(self.file, line, path_text(inner), "is written twice; keep one")
                    )
                self.lines[inner] = line
                fields[key] = self._read(loader, item, inner)
            return fields
        try:
            return loader.construct_object(node, deep=True)
        except ValueError as error:
            # e.g. a date that no calendar has: 2020-02-30
            self.faults.append(Fault(self.file, self.lines[place], path_text(place), str(error)))
            return None
