export { openSandbox } from './sandbox';
