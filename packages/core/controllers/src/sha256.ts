/** SHA-256 (FIPS 180-4), because core has no node:crypto and the Load Balancer Controller puts it into every name. */
import { hexOf } from "@loopway/kube";

const PRIMES = firstPrimes(64);
/** First 32 bits of the fractional parts of the cube roots (rounds) and square roots (initial state) of the first primes. */
const ROUND_CONSTANTS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const INITIAL_STATE = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const BLOCK_BYTES = 64;
const WORDS_PER_BLOCK = 16;

/** Of the text in UTF-8, as 64 lower-case hex digits. */
export function sha256(text: string): string {
  const words = padded(text);
  const state = Int32Array.from(INITIAL_STATE);
  const schedule = new Int32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    schedule.set(words.subarray(block, block + 16));
    compress(state, schedule);
  }
  let hex = "";
  for (const word of state) hex += hexOf(word);
  return hex;
}

// Written out: names and checksums of thousands of rules go through here.
function compress(state: Int32Array, w: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const before15 = w[t - 15] as number;
    const before2 = w[t - 2] as number;
    const small0 = ((before15 >>> 7) | (before15 << 25)) ^ ((before15 >>> 18) | (before15 << 14)) ^ (before15 >>> 3);
    const small1 = ((before2 >>> 17) | (before2 << 15)) ^ ((before2 >>> 19) | (before2 << 13)) ^ (before2 >>> 10);
    w[t] = ((w[t - 16] as number) + small0 + (w[t - 7] as number) + small1) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + big1 + ((e & f) ^ (~e & g)) + (ROUND_CONSTANTS[t] as number) + (w[t] as number)) | 0;
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

/** Message in UTF-8, one 1 bit, zeros, length in bits as 64 bits, cut into big-endian words. */
function padded(text: string): Int32Array {
  // No UTF-16 unit takes more than three octets.
  const words = new Int32Array(Math.ceil((text.length * 3 + 9) / BLOCK_BYTES) * WORDS_PER_BLOCK);
  let length = 0;
  const put = (byte: number) => {
    words[length >> 2] = (words[length >> 2] as number) | (byte << (24 - 8 * (length & 3)));
    length += 1;
  };
  for (let index = 0; index < text.length; index++) {
    const point = text.codePointAt(index) as number;
    if (point < 0x80) put(point);
    else {
      for (const byte of encoded(point)) put(byte);
      if (point >= 0x10000) index += 1;
    }
  }
  put(0x80);
  const used = Math.ceil((length + 8) / BLOCK_BYTES) * WORDS_PER_BLOCK;
  words[used - 1] = (length - 1) * 8;
  return words.subarray(0, used);
}

function encoded(point: number): number[] {
  if (point < 0x800) return [0xc0 | (point >> 6), tail(point, 0)];
  if (point < 0x10000) return [0xe0 | (point >> 12), tail(point, 6), tail(point, 0)];
  return [0xf0 | (point >> 18), tail(point, 12), tail(point, 6), tail(point, 0)];
}

const tail = (point: number, shift: number) => 0x80 | ((point >> shift) & 0x3f);

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
