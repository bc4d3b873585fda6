import { ApiError, clusterError } from './apiError';
import { asObject, asRows, asText, asTextMap } from './json';
import type { JsonObject } from './swarmTypes';

/** Refuses what is no DNS name component, as the cluster store does. */
export function checkName(name: string): void {
  if (name.length > 63) {
    throw clusterError('InvalidArgument', 'name must be 63 characters or fewer');
  }
  if (!/^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_]*[a-zA-Z0-9])?$/.test(name)) {
    throw clusterError('InvalidArgument', 'name must be valid as a DNS name component');
  }
}

/** Refuses what a configuration network, or one that depends on it, cannot have. */
export function checkConfiguration(body: JsonObject): void {
  if (body['ConfigOnly'] === true) {
    const operators = ['Ingress', 'Internal', 'Attachable'];
    const scope = asText(body['Scope'], 'CreateRequest.Scope');
    if (operators.some((field) => body[field] === true) || !['', 'local'].includes(scope)) {
      const fields = 'Network operator fields like [ ingress | internal | attachable | scope ]';
      const text = 'configuration network can only contain network specific fields.';
      throw new ApiError(403, `${text} ${fields} are not supported.`);
    }
    if (configFromOf(body) !== '') {
      const text = 'a configuration network cannot depend on another configuration network';
      throw new ApiError(403, text);
    }
  } else if (configFromOf(body) !== '') {
    const depends = 'are not supported if the network depends on a configuration network';
    if (Object.keys(asTextMap(body['Options'])).length > 0) {
      throw new ApiError(403, `network driver options ${depends}`);
    }
    const hasIpam = asRows(asObject(body['IPAM'])['Config']).length > 0;
    if (hasIpam || body['EnableIPv4'] === false || body['EnableIPv6'] === true) {
      throw new ApiError(403, `user specified configurations ${depends}`);
    }
  }
}

/** The local network whose settings the request wants; mostly empty. */
export function configFromOf(body: JsonObject): string {
  return asText(asObject(body['ConfigFrom'])['Network'], 'ConfigReference.Network');
}
