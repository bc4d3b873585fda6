/** Outlines of the map's icons on 16 × 16, for pictures that cannot bring the icon font along. */
export const ICON_PATHS: Readonly<Record<string, string>> = {
  check: 'M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8ZM5 8.2L7.2 10.4L11 5.8',
  circle: 'M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8Z',
  desktop: 'M2 3H14V11H2ZM8 11V13.5M5.5 13.5H10.5',
  error: 'M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8ZM5.6 5.6L10.4 10.4M10.4 5.6L5.6 10.4',
  package: 'M8 1.5L14 4.5V11.5L8 14.5L2 11.5V4.5ZM2 4.5L8 7.5L14 4.5M8 7.5V14.5',
  slash: 'M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8ZM3.8 12.2L12.2 3.8',
  warning: 'M8 2L14.5 13.5H1.5ZM8 6.2V9.6M8 11V12',
};
