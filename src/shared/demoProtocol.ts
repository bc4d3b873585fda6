/** Version of what the demo swarm and the extension say to each other beside the Engine API. */
export const DEMO_PROTOCOL = 1;
