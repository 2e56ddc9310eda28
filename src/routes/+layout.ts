// Everything a page shows comes from this device's storage, so there is nothing to render on a server.
export const ssr = false;
