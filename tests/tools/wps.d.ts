// What the installation writes into service.js.
interface Window {
  BANGDAI_SERVICE: { port: number; token: string; protocol: number; start?: string[] };
}
