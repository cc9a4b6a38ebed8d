// Requests through the forward proxy to everything that the example serves. Arguments: PROXY, COUNT.
import autocannon from "autocannon";

const CONNECTIONS = 50;
const urls = [
  "http://api.example.com/v1/order/1",
  "http://api.example.com/v1/payment/1",
  "http://api.flashapp.com/products/1",
  "http://api.flashapp.com/users/1",
];

const [proxy = "", count = ""] = process.argv.slice(2);
const { non2xx, errors, timeouts } = await autocannon({
  url: proxy,
  connections: CONNECTIONS,
  amount: Number(count),
  requests: urls.map((url) => ({ path: url, headers: { host: new URL(url).host } })),
});
if (non2xx + errors + timeouts > 0) throw new Error(`${non2xx} answers were not 200, ${errors} errors, ${timeouts} time-outs`);
