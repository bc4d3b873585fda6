import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ProcessRef, startDetached } from '../processes';
import type { GuestImage } from './guestImage';

/** Where a VM runs. */
export interface VmPlace {
  /** Folder for its console's log and for what it writes to its disk. */
  readonly folder: string;
  /** Path of the namespace that holds its tap device. */
  readonly netns: string;
  readonly tap: string;
}

/** Megabytes of memory; three engines with a few tasks use 1,200. */
const memory = 3_072;
/** Megabytes of translated code: with the usual 128 the engines are translated again and again. */
const translated = 1_536;

/** What makes an emulated kernel spend its time on the swarm: no randomised addresses, few ticks. */
const kernelArguments = [
  ...['console=ttyS0', 'quiet', 'panic=1', 'audit=0', 'lsm=capability', 'psi=0', 'nowatchdog'],
  ...['mitigations=off', 'nopti', 'nokaslr', 'norandmaps', 'highres=off', 'nohz=off'],
  ...['tsc=reliable', 'random.trust_cpu=on', 'rcupdate.rcu_expedited=1'],
];

/** Path of the file that holds what the guest printed. */
export function consoleLog(folder: string): string {
  return path.join(folder, 'console.log');
}

/** The last line that the guest or QEMU printed, for messages. */
export function lastWords(folder: string): string {
  const lines = [consoleLog(folder), path.join(folder, 'qemu.log')].map((file) => {
    try {
      return readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
    } catch {
      return '';
    }
  });
  return lines.find((line) => line !== '') ?? 'no output yet';
}

/** Starts QEMU in its namespace, detached, with software emulation and a disk that forgets. */
export function startQemu(image: GuestImage, place: VmPlace): ProcessRef {
  // nsenter becomes sh and sh becomes QEMU, so the pid is QEMU's in the end.
  return startDetached(
    'QEMU',
    'nsenter',
    [
      `--net=${place.netns}`,
      ...['sh', '-c', 'exec >"$1" 2>&1; shift; exec "$@"', 'sh'],
      ...[
        path.join(place.folder, 'qemu.log'),
        'qemu-system-x86_64',
        ...qemuArguments(image, place),
      ],
    ],
    {
      cwd: place.folder,
      // What a snapshot writes goes to an unlinked file there.
      env: { TMPDIR: place.folder },
    },
  );
}

function qemuArguments(image: GuestImage, { folder, tap }: VmPlace): string[] {
  return [
    ...['-machine', 'q35,usb=off,vmport=off', '-accel', `tcg,thread=multi,tb-size=${translated}`],
    // An old CPU with what the guest's random numbers need: newer ones cost more to emulate.
    ...['-cpu', 'Westmere,+rdrand,+fsgsbase,+smep,-vmx', '-smp', '2', '-m', String(memory)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-kernel', image.kernel, '-initrd', image.initramfs],
    ...['-append', kernelArguments.join(' ')],
    ...['-drive', `file=${image.disk},format=raw,if=none,id=disk,snapshot=on,cache=unsafe`],
    ...['-device', 'virtio-blk-pci,drive=disk'],
    ...['-netdev', `tap,id=net,ifname=${tap},script=no,downscript=no`],
    ...['-device', 'virtio-net-pci,netdev=net,romfile='],
    ...['-device', 'virtio-rng-pci'],
    ...['-serial', `file:${consoleLog(folder)}`],
  ];
}
