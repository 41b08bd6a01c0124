// Remembers for a while what devices were given and when: a hint, by which a device is told what it may have overwritten.

export interface Deliveries {
  /** A device was given what lies after `from`, up to `upTo`. */
  delivered(device: string, from: number, upTo: number): void;
  /** When it was last given what was committed at a stamp, in milliseconds; infinity where nobody knows. */
  deliveredAt(device: string, stamp: number): number;
  /** When it was last given anything; infinity where nobody knows. */
  lastAt(device: string): number;
  /** A device was given back what it had sent. */
  returned(device: string): void;
  /** When that was last; 0 where nobody knows. */
  returnedAt(device: string): number;
  /** A device's clock was seen to be ahead by so many milliseconds. */
  isAhead(device: string, ms: number): void;
  /** By how much it ever was, as far as anybody knows. */
  aheadBy(device: string): number;
}

interface Range {
  readonly from: number;
  readonly upTo: number;
  readonly atMs: number;
}

interface Device {
  readonly ranges: Range[];
  returnedAt: number;
  aheadMs: number;
}

const MAX_RANGES = 32;

/** @param now milliseconds since 1970 */
export function createDeliveries(now: () => number, maxDevices = 20_000): Deliveries {
  const devices = new Map<string, Device>();

  /** The device, as the one that was used last. */
  function touch(name: string): Device {
    const device = devices.get(name) ?? { ranges: [], returnedAt: 0, aheadMs: 0 };
    devices.delete(name);
    devices.set(name, device);
    const [oldest] = devices.keys();
    if (devices.size > maxDevices && oldest !== undefined) devices.delete(oldest);
    return device;
  }

  return {
    delivered(name, from, upTo) {
      const { ranges } = touch(name);
      ranges.push({ from, upTo, atMs: now() });
      if (ranges.length <= MAX_RANGES) return;
      // What was delivered before is taken to be delivered no earlier than it was.
      const [first, second] = ranges.splice(0, 2);
      if (first === undefined || second === undefined) return;
      const from0 = Math.min(first.from, second.from);
      ranges.unshift({ from: from0, upTo: Math.max(first.upTo, second.upTo), atMs: second.atMs });
    },
    deliveredAt(name, stamp) {
      const ranges = devices.get(name)?.ranges ?? [];
      const range = ranges.findLast(({ from, upTo }) => from < stamp && stamp <= upTo);
      return range?.atMs ?? Number.POSITIVE_INFINITY;
    },
    lastAt: (name) => devices.get(name)?.ranges.at(-1)?.atMs ?? Number.POSITIVE_INFINITY,
    returned(name) {
      touch(name).returnedAt = now();
    },
    returnedAt: (name) => devices.get(name)?.returnedAt ?? 0,
    isAhead(name, ms) {
      const device = touch(name);
      device.aheadMs = Math.max(device.aheadMs, ms);
    },
    aheadBy: (name) => devices.get(name)?.aheadMs ?? 0,
  };
}
