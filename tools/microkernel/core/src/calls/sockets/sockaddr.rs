//! Socket addresses in the program's memory: `struct sockaddr`.

use alloc::vec::Vec;

use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::AF_UNSPEC;
use crate::linux::errno::*;
use crate::linux::flags::*;
use crate::linux::layout::SOCKADDR_IN_SIZE;
use crate::machine::Machine;
use crate::network::socket::{ANY, Address, Family};

/// The size of `sockaddr_storage` in bytes, the largest address.
const STORAGE_SIZE: usize = 128;
const INTERNET_SIZE: usize = SOCKADDR_IN_SIZE as usize;
/// The size of `sockaddr_un` in bytes: the family and 108 bytes of a path.
const LOCAL_SIZE: usize = 110;

/// A decoded `sockaddr`.
pub(crate) enum Name {
    /// AF_UNSPEC: no address.
    Null,
    Address(Address),
    /// The path of a local socket in the file system.
    Path(Vec<u8>),
}

impl<M: Machine> Kernel<M> {
    /// Reads a `sockaddr` of the family.
    pub(crate) fn read_name(
        &mut self,
        family: Family,
        address: u64,
        size: u64,
    ) -> Result<Name, Stop> {
        // The length is an unsigned 32-bit number: a negative one is above the limit.
        let size = size as u32 as usize;
        if size > STORAGE_SIZE {
            return Err(EINVAL.into());
        }
        let bytes = self.read_bytes(address, size)?;
        let (named, rest) = bytes.split_first_chunk().ok_or(EINVAL)?;
        let named = i64::from(u16::from_le_bytes(*named));
        match (family, named, rest) {
            (_, AF_UNSPEC, _) => Ok(Name::Null),
            (Family::Internet, AF_INET, &[high, low, a, b, c, d, ..]) if size >= INTERNET_SIZE => {
                Ok(Name::Address(Address::Internet {
                    host: [a, b, c, d],
                    port: u16::from_be_bytes([high, low]),
                }))
            }
            (Family::Local, AF_UNIX, [0, name @ ..]) if size <= LOCAL_SIZE => {
                Ok(Name::Address(Address::Local(name.to_vec())))
            }
            (Family::Local, AF_UNIX, [_, ..]) if size <= LOCAL_SIZE => {
                let end = rest.iter().position(|&byte| byte == 0);
                Ok(Name::Path(rest[..end.unwrap_or(rest.len())].to_vec()))
            }
            (Family::Internet, AF_INET, _) | (Family::Local, AF_UNIX, _) => Err(EINVAL.into()),
            _ => Err(EAFNOSUPPORT.into()),
        }
    }

    /// Reads a length; a negative one is EINVAL.
    pub(crate) fn read_length(&mut self, address: u64) -> Result<usize, Stop> {
        let length = self.read_u32(address)? as i32;
        Ok(usize::try_from(length).map_err(|_| EINVAL)?)
    }

    /// Writes a `sockaddr`, truncated to the size of the buffer, and its full length.
    pub(crate) fn write_name(&mut self, bytes: &[u8], address: u64, size: u64) -> Reply {
        let room = self.read_length(size)?;
        self.write_user(address, &bytes[..bytes.len().min(room)])?;
        self.write_u32(size, bytes.len() as u32)
    }
}

/// Encodes a `sockaddr`; that of a socket without an address is the family, followed by zeros for
/// AF_INET.
pub(crate) fn encode(family: Family, address: Option<&Address>) -> Vec<u8> {
    let number = match family {
        Family::Internet => AF_INET,
        Family::Local => AF_UNIX,
    };
    let mut bytes = (number as u16).to_le_bytes().to_vec();
    match (family, address) {
        (_, Some(Address::Local(name))) => {
            bytes.push(0);
            bytes.extend(name);
        }
        (_, Some(Address::Path { name, .. })) => {
            bytes.extend(name);
            bytes.push(0);
        }
        (_, Some(Address::Internet { host, port })) => {
            bytes.extend(port.to_be_bytes());
            bytes.extend(host);
            bytes.resize(INTERNET_SIZE, 0);
        }
        (Family::Internet, None) => bytes.resize(INTERNET_SIZE, ANY[0]),
        (Family::Local, None) => {}
    }
    bytes
}
