import { describe, expect, it } from 'vitest';
import { parseIpvs } from './ipvs';

/** As ipvsadm 1.31 printed it in an ingress sandbox. */
const printed = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
FWM  256                                 3       16       16     1093     1519
  -> 10.0.0.6:0                          1        5        5      347      489
  -> 10.0.0.7:0                          2       11       11      746     1030
FWM  257                                 0        0        0        0        0
  -> 10.0.0.11:0                         0        0        0        0        0
`;

describe('parseIpvs', () => {
  it('reads every service with its servers', () => {
    expect(parseIpvs(printed)).toEqual([
      {
        mark: 256,
        connections: 3,
        servers: [
          { address: '10.0.0.6', connections: 1 },
          { address: '10.0.0.7', connections: 2 },
        ],
      },
      { mark: 257, connections: 0, servers: [{ address: '10.0.0.11', connections: 0 }] },
    ]);
  });

  it('finds nothing in a sandbox without services', () => {
    expect(parseIpvs(printed.split('\n').slice(0, 3).join('\n'))).toEqual([]);
  });
});
