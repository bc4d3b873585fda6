/** IPv4 address of the VM itself, at the bridge that joins its nodes. */
export const guestAddress = '10.88.0.1';

/** IPv4 address of this machine's end of the VM's network. */
export const hostAddress = '10.88.0.254';

/** TCP port on which the VM runs what it is sent; only its own network reaches it. */
export const commandPort = 2380;

/** Path of that at the VM's HTTP server. */
export const commandPath = '/cgi-bin/run';

/** Modules that nothing loads by itself in a network namespace, the balancer's among them. */
const modules = [
  ...['virtio_net', 'virtio_rng', 'overlay', 'veth', 'bridge', 'br_netfilter', 'vxlan'],
  ...['ip_vs', 'ip_vs_rr', 'xt_ipvs', 'nf_nat', 'iptable_nat', 'iptable_filter', 'iptable_mangle'],
  ...['iptable_raw', 'xt_conntrack', 'xt_MASQUERADE', 'xt_addrtype', 'xt_mark', 'xt_nat'],
  ...['xt_REDIRECT', 'xt_tcpudp', 'xt_multiport', 'nf_conntrack_netlink'],
];

/** Process 1 of the initial file system: loads what the disk needs, and hands over to it. */
export const initramfsInit = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
for module in /modules/*.ko; do /bin/busybox insmod "$module"; done
until [ -b /dev/vda ]; do /bin/busybox sleep 0.05; done
/bin/busybox mount -t ext4 -o noatime /dev/vda /disk
/bin/busybox mount --move /dev /disk/dev
exec /bin/busybox switch_root /disk /init
`;

/** Process 1 of the VM: mounts, modules, the bridge of the nodes, and the server that runs commands. */
export const guestInit = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
mount -t cgroup2 cgroup /sys/fs/cgroup
mount --make-rshared /
echo '+cpuset +cpu +io +memory +pids' >/sys/fs/cgroup/cgroup.subtree_control
ln -s /proc/self/fd /dev/fd
modprobe -a ${modules.join(' ')}
sysctl -q -w net.ipv4.ip_forward=1
ip link set lo up
ip link add nodes type bridge
ip addr add ${guestAddress}/24 dev nodes
ip link set eth0 master nodes up
ip link set nodes up
httpd -p ${guestAddress}:${commandPort} -h /srv
echo 'The guest listens'
while true; do sleep 3600 & wait; done
`;

/** Runs the request's body as a shell script; the answer is its output, the status a header. */
export const guestRunner = `#!/bin/sh
output=$(sh -s 2>&1)
printf 'Exit-Status: %s\\r\\nContent-Type: text/plain\\r\\n\\r\\n%s\\n' $? "$output"
`;

/** Where the VM keeps the filter of system calls that containers get. */
export const seccompFile = '/etc/docker/seccomp.json';

/** A filter that lets everything pass: the usual one costs an emulated CPU seconds for each container. */
export const seccompProfile = JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW' });

/** Go's runtime otherwise spends much of an emulated CPU on looking for work and interrupting itself. */
const frugality = 'export GOMAXPROCS=1 GOGC=400 GODEBUG=asyncpreemptoff=1';

/** A node as the scripts know it. */
export interface GuestNode {
  readonly name: string;
  readonly address: string;
}

/** Path of a node's network namespace inside the VM. */
export function guestNamespace(name: string): string {
  return `/run/netns/${name}`;
}

/** Path of the namespace that holds a node's balancer, once its engine is in a swarm. */
export function ingressSandbox(name: string): string {
  return `/run/${name}/netns/ingress_sbox`;
}

/** Script that puts a node in a namespace of its own, tied to the bridge, and starts its engine. */
export function startNodeScript({ name, address }: GuestNode): string {
  const engine = [
    `dockerd --config-file=/etc/docker/daemon.json --seccomp-profile=${seccompFile}`,
    '--storage-driver=overlay2',
    `--data-root=/var/lib/${name} --exec-root=/run/${name} --pidfile=/run/${name}.pid`,
    `--host=unix:///run/${name}.sock --host=tcp://${address}:2375 --tls=false`,
  ].join(' ');
  return `set -e
ip netns add ${name}
ip link add to-${name} type veth peer name eth0 netns ${name}
ip link set to-${name} master nodes up
ip -n ${name} link set lo up
ip -n ${name} addr add ${address}/24 dev eth0
ip -n ${name} link set eth0 up
${frugality}
export XTABLES_LOCKFILE=/run/${name}.xtables
nsenter --net=${guestNamespace(name)} unshare --uts sh -c '
  hostname ${name}; sysctl -q -w net.ipv4.ip_forward=1; exec setsid ${engine}
' </dev/null >/var/log/${name} 2>&1 &
`;
}
