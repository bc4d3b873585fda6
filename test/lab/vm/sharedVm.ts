import { type VmLab, createVmLab, openVmLab } from './vmLab';

/** A VM that a suite may use until it releases it. */
export interface AcquiredVm {
  readonly lab: VmLab;
  /** Takes an own VM down; leaves one that is kept. */
  release(): Promise<void>;
}

/**
 * Brings a VM up for a suite. With SWARMSCOPE_LAB_KEEP=1 one that is up already is emptied of services
 * and used again, and stays up afterwards.
 */
export async function acquireVm(name: string): Promise<AcquiredVm> {
  if (process.env['SWARMSCOPE_LAB_KEEP'] !== '1') {
    const lab = await createVmLab({ name });
    return { lab, release: async () => await lab.down() };
  }
  const open = await openVmLab(name);
  const lab = open?.isWhole() === true ? open : await createVmLab({ name, detached: true });
  await lab.reset();
  return { lab, release: async () => undefined };
}
