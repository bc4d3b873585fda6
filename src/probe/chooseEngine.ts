import type { Logger } from '../common/logger';
import { CurlProbeEngine, detectCurl } from './curlEngine';
import { NodeProbeEngine } from './nodeEngine';
import type { ProbeEngine } from './probe';

/** curl where the one at `curlPath` is 7.75 or newer, else Node; says which and why in the log. */
export async function chooseProbeEngine(options: {
  readonly curlPath: string;
  readonly productVersion: string;
  readonly logger: Logger;
}): Promise<ProbeEngine> {
  const version = await detectCurl(options.curlPath);
  if (version === undefined) {
    options.logger.info(`No curl 7.75 or newer at "${options.curlPath}": Node.js probes`);
    return new NodeProbeEngine(options.productVersion);
  }
  options.logger.info(`curl ${version} probes`);
  return new CurlProbeEngine(options.curlPath, version, options.productVersion);
}
