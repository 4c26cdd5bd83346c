"""Reads the file of an offline run of Weights & Biases: LevelDB's log format around protocol buffers."""

import json
import struct

BLOCK = 1 << 15
HEADER = 7


def read_records(path):
    """Every record of the file, as `wandb` itself defines it."""
    from wandb.proto.wandb_internal_pb2 import Record

    data = path.read_bytes()
    assert data[:4] == b":W&B"
    place, parts, records = HEADER, [], []
    while place + HEADER <= len(data):
        left = BLOCK - place % BLOCK
        if left < HEADER:
            place += left
            continue
        length, kind = struct.unpack("<HB", data[place + 4 : place + HEADER])
        parts.append(data[place + HEADER : place + HEADER + length])
        place += HEADER + length
        # 1 is a whole record, 4 the last part of one.
        if kind in (1, 4):
            records.append(Record.FromString(b"".join(parts)))
            parts = []
    return records


def read_history(path):
    """The rows of the run's history: name -> value, without what wandb adds of its own."""
    rows = []
    for record in read_records(path):
        if record.WhichOneof("record_type") == "history":
            items = {"/".join(i.nested_key) or i.key: json.loads(i.value_json) for i in record.history.item}
            rows.append({name: value for name, value in items.items() if not name.startswith("_")})
    return rows
