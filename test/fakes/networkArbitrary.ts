import fc from 'fast-check';
import type { DraftSubnet, NetworkDraft } from '../../src/spec/networkDraft';

/** Text as people write it into labels and options. */
const value = fc.oneof(
  fc.constantFrom('', 'a=b', 'two words', "it's", '"quoted"', '$HOME `x`', 'a,b', 'ä€', '-x', '\\'),
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[^ -~]/g, '')),
);
const name = fc.stringMatching(/^[a-z][a-z0-9.]{0,8}$/).map((text) => `x.${text}`);
const texts = fc.dictionary(name, value, { minKeys: 1, maxKeys: 3 });

/** A row within `10.<octet>.<third>.0`, from /16 (third 0 only) to /29. */
function row(octet: number, third: number): fc.Arbitrary<DraftSubnet> {
  const base = `10.${octet}.${third}`;
  return fc.record(
    {
      subnet: fc.constantFrom('24', '25', '27', '28').map((prefix) => `${base}.0/${prefix}`),
      gateway: fc.constantFrom(`${base}.1`, `${base}.5`, `${base}.14`),
      ipRange: fc.constantFrom(`${base}.8/29`, `${base}.4/30`),
    },
    { requiredKeys: ['subnet'] },
  );
}

function rows(octet: number): fc.Arbitrary<readonly DraftSubnet[]> {
  return fc
    .integer({ min: 1, max: 3 })
    .chain((count) =>
      fc.tuple(...Array.from({ length: count }, (_, index) => row(octet, index * 2))),
    );
}

/** Overlay networks of every kind that the checks let pass, in `10.<octet>.0.0/16`. */
function overlays(octet: number, withIpv6: boolean): fc.Arbitrary<NetworkDraft> {
  const flag = fc.constant(true);
  return fc
    .record(
      {
        name: fc.constant('generated'),
        subnets: rows(octet),
        attachable: flag,
        internal: flag,
        encrypted: flag,
        mtu: fc.integer({ min: 200, max: 9_000 }),
        labels: texts,
        options: texts,
        ipamOptions: texts,
        vxlanIds: fc.constant([30_000]),
        ipv6: flag,
      },
      { requiredKeys: ['name'] },
    )
    .map(({ subnets, vxlanIds, ipv6, ...others }) => ({
      ...others,
      ...(subnets === undefined
        ? {}
        : {
            subnets:
              ipv6 === true && withIpv6 ? [...subnets, { subnet: `fd00:${octet}::/64` }] : subnets,
          }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
      ...(vxlanIds === undefined
        ? {}
        : { vxlanIds: (subnets ?? [0]).map((_row, index) => 30_000 + index) }),
    }));
}

/** Configurations for macvlan and ipvlan. */
const configurations: fc.Arbitrary<NetworkDraft> = fc.record(
  {
    name: fc.constant('generated'),
    configOnly: fc.constant(true),
    subnets: rows(250),
    labels: texts,
    options: texts,
  },
  { requiredKeys: ['name', 'configOnly'] },
);

/** Networks made from the configuration `from`. */
function madeFrom(from: string): fc.Arbitrary<NetworkDraft> {
  return fc.record(
    {
      name: fc.constant('generated'),
      driver: fc.constantFrom('macvlan' as const, 'ipvlan' as const),
      configFrom: fc.constant(from),
      attachable: fc.constant(true),
      internal: fc.constant(true),
    },
    { requiredKeys: ['name', 'driver', 'configFrom'] },
  );
}

/** Networks as the form can ask for them; `octet` keeps them out of the way of others. */
export function networkDrafts(options: {
  readonly octet: number;
  readonly withIpv6: boolean;
  readonly configuration: string;
}): fc.Arbitrary<NetworkDraft> {
  return fc.oneof(
    { weight: 8, arbitrary: overlays(options.octet, options.withIpv6) },
    { weight: 1, arbitrary: configurations },
    { weight: 1, arbitrary: madeFrom(options.configuration) },
  );
}
