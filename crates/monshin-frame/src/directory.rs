//! Names and contacts, kept apart from everything that is counted.

use std::fmt;

use crate::Unit;

/// How a unit is reached. Its `Debug` output says nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Name of the institution.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// FAX number.
    pub fax: Option<String>,
}

impl Contact {
    /// The entry of a column of `frame.csv`, where it holds contacts.
    pub(crate) fn entry(&mut self, column: &str) -> Option<&mut Option<String>> {
        match column {
            "name" => Some(&mut self.name),
            "email" => Some(&mut self.email),
            "address" => Some(&mut self.address),
            "phone" => Some(&mut self.phone),
            "fax" => Some(&mut self.fax),
            _ => None,
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// The contact of every unit of a frame. Its `Debug` output tells only their number.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Directory {
    contacts: Vec<Contact>,
}

impl Directory {
    pub(crate) fn add(&mut self, contact: Contact) {
        self.contacts.push(contact);
    }

    /// How a unit is reached; `None` where the unit is of another frame.
    pub fn contact(&self, unit: Unit) -> Option<&Contact> {
        self.contacts.get(unit.index())
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Directory({} units)", self.contacts.len())
    }
}
