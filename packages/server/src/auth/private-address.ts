// Private addresses: those of the operator's own network, of this machine, and of the machinery under it. An address that
// was fetched from must not lead there unless the operator has said so.

import { BlockList, isIPv6 } from "node:net";

const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  PRIVATE.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [
  ["::", 127], // nothing, and this machine
  ["64:ff9b::", 96], // IPv4 behind a translator: which one cannot be told
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  PRIVATE.addSubnet(network, bits, "ipv6");

/** @param address an IP address, of IPv6 with or without brackets; IPv4 inside IPv6 is looked at as what it is */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "");
  return PRIVATE.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
}
