//! Whole numbers on the command line.

/// A parser of numbers between two bounds; its error says what to write.
pub(super) fn integer_in(least: u32, most: u32) -> impl Fn(&str) -> Result<u32, String> + Clone {
    move |text| match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ if most == u32::MAX => Err(format!("a whole number from {least} up is needed")),
        _ => Err(format!("a whole number from {least} to {most} is needed")),
    }
}
