use std::io;

use deep_size_format::CsvField;

use super::Census;

impl Census {
    /// Writes a table with one row for each item, as comma-separated values (RFC 4180).
    ///
    /// Sizes are in bytes, the age in seconds. Cells without a value are empty.
    ///
    /// # Errors
    ///
    /// Returns the errors of `out`.
    pub fn write_csv(&self, mut out: impl io::Write) -> io::Result<()> {
        writeln!(
            out,
            "name,is_root,proportional_size,exclusive_size,deep_size,opaque_parts,lower_bounds,missed,last_size,last_age"
        )?;
        for item in self.items() {
            let size = item.size();
            write!(
                out,
                "{},{},{},{},{},{},{},",
                CsvField(item.name()),
                item.is_root(),
                item.proportional_size(),
                item.exclusive_size(),
                size.deep_size,
                size.opaque_part_count,
                size.lower_bound_count,
            )?;
            if let Some(reason) = item.missed() {
                write!(out, "{}", CsvField(reason))?;
            }
            match item.last() {
                Some((bytes, age)) => writeln!(out, ",{bytes},{:.3}", age.as_secs_f64())?,
                None => writeln!(out, ",,")?,
            }
        }
        out.flush()
    }
}
