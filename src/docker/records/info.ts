/** What `/info` tells of the connected engine and its swarm, normalized. */
export interface InfoRecord {
  readonly engineName: string;
  readonly engineVersion: string;
  readonly operatingSystem: string;
  readonly osType: string;
  readonly swarm: {
    readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
    /** True on a manager. */
    readonly controlAvailable: boolean;
    readonly error: string;
    readonly nodeId: string;
    readonly nodeAddress: string;
    readonly remoteManagers: readonly { readonly nodeId: string; readonly address: string }[];
    /** Managers only. */
    readonly cluster?: {
      readonly id: string;
      /** CIDR pools new overlays are cut from; 10.0.0.0/8 when unset. */
      readonly defaultAddressPools: readonly string[];
      /** Prefix length of a network cut from a pool. */
      readonly subnetSize: number;
      /** VXLAN UDP port. */
      readonly dataPathPort: number;
    };
  };
  readonly raw: unknown;
}
