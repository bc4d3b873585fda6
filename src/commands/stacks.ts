/** Entry of the bundle for compose files, which is loaded with the first one beside a swarm. */
export { StackFiles } from './stackFiles';
