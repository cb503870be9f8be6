//! Writes a heap snapshot as JSON.

use std::format;
use std::io::{self, Write};

use super::model::{Model, SnapshotEdge, SnapshotNode};

const NODE_FIELDS: usize = 7;
const EDGE_FIELDS: usize = 3;

/// V8's description of the fields (HeapSnapshotJSONSerializer in src/profiler/heap-snapshot-generator.cc).
const META: &str = concat!(
    r#"{"node_fields":["type","name","id","self_size","edge_count","trace_node_id","detachedness"],"#,
    r#""node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic","#,
    r#""concatenated string","sliced string","symbol","bigint","object shape"],"#,
    r#""string","number","number","number","number","number"],"#,
    r#""edge_fields":["type","name_or_index","to_node"],"#,
    r#""edge_types":[["context","element","property","internal","hidden","shortcut","weak"],"#,
    r#""string_or_number","node"],"#,
    r#""trace_function_info_fields":["function_id","name","script_name","script_id","line","column"],"#,
    r#""trace_node_fields":["id","function_info_index","count","size","children"],"#,
    r#""sample_fields":["timestamp_us","last_assigned_id"],"#,
    r#""location_fields":["object_index","script_id","line","column"]}"#,
);

impl Model {
    /// Writes the parts in the order that the developer tools expect.
    pub(super) fn write(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let Self { nodes, edges, strings, excess } = self;
        check_counts(nodes.len(), edges.len())?;
        let mut out = io::BufWriter::with_capacity(1 << 16, out);
        write!(out, r#"{{"snapshot":{{"meta":{META},"node_count":{},"#, nodes.len())?;
        write!(out, r#""edge_count":{},"trace_function_count":0"#, edges.len())?;
        if *excess > 0 {
            write!(out, r#","extra_native_bytes":{excess}"#)?;
        }
        write!(out, "}},\n\"nodes\":[")?;
        let mut edge_counts = std::vec![0_u32; nodes.len()];
        edges.iter().for_each(|edge| edge_counts[edge.from as usize] += 1);
        for (at, (node, edges)) in nodes.iter().zip(&edge_counts).enumerate() {
            let SnapshotNode { kind, name, id, bytes } = *node;
            let comma = if at == 0 { "" } else { "," };
            writeln!(out, "{comma}{},{name},{id},{bytes},{edges},0,0", kind as u8)?;
        }
        write!(out, "],\n\"edges\":[")?;
        for (at, edge) in edges.iter().enumerate() {
            let SnapshotEdge { to, kind, name, .. } = *edge;
            let comma = if at == 0 { "" } else { "," };
            writeln!(out, "{comma}{},{name},{}", kind as u8, to as usize * NODE_FIELDS)?;
        }
        write!(
            out,
            "],\n\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n\"locations\":[],\n"
        )?;
        write!(out, "\"strings\":[")?;
        for (at, text) in strings.in_order().into_iter().enumerate() {
            out.write_all(if at == 0 { b"" } else { b",\n" })?;
            serde_json::to_writer(&mut out, text)?;
        }
        out.write_all(b"]}\n")?;
        out.flush()
    }
}

/// Readers count fields in 32 bits.
fn check_counts(nodes: usize, edges: usize) -> io::Result<()> {
    let fields = [nodes.checked_mul(NODE_FIELDS), edges.checked_mul(EDGE_FIELDS)];
    if fields.iter().all(|fields| fields.is_some_and(|fields| u32::try_from(fields).is_ok())) {
        return Ok(());
    }
    let message = format!("{nodes} nodes with {edges} edges are too many for a heap snapshot");
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_fields_are_an_error() {
        let most = u32::MAX as usize;
        assert!(check_counts(most / NODE_FIELDS, most / EDGE_FIELDS).is_ok());
        for (nodes, edges) in [(most / NODE_FIELDS + 1, 0), (0, most / EDGE_FIELDS + 1), (usize::MAX, 0)] {
            let error = check_counts(nodes, edges).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        }
    }
}
