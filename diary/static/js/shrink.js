// A photo made smaller on the phone: at most 2560 pixels long, upright, without its position.

import { hex } from "./keep.js";

const LONGEST = 2560;
const KINDS = new Set(["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", ""]);

/** The file to send: a smaller JPEG, or the file itself where that is no smaller, cannot be
 *  read here (HEIC in most browsers) or would lose something (an animation). */
export async function shrink(file) {
  if (!KINDS.has(file.type)) return file;
  let picture;
  try {
    if (isHuge(await seen(file))) return file;
    picture = await decode(file);
    const long = Math.max(picture.width, picture.height);
    if (long <= LONGEST) return file;
    const smaller = await draw(picture, LONGEST / long);
    return smaller && smaller.size < file.size ? smaller : file;
  } catch {
    return file;
  } finally {
    picture?.close?.();
  }
}

/** More pixels than we take: a small file may unfold to gigabytes, so it is not opened here. */
export const isHuge = ({ naturalWidth, naturalHeight }) => naturalWidth * naturalHeight > 64.5e6;

/** The file as an image whose size is known; browsers decode it only when it is drawn. */
async function seen(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => Object.assign(image, { onload: resolve, onerror: reject }));
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}

/** Decoded and turned as its Exif says. */
async function decode(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return seen(file); // browsers that do not know this word turn an <img> upright by themselves
  }
}

/** A picture, or a film's present moment, as a JPEG. */
export function draw(picture, scale = 1) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round((picture.videoWidth ?? picture.width) * scale);
  canvas.height = Math.round((picture.videoHeight ?? picture.height) * scale);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // what is transparent would turn black
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob((blob) => {
    canvas.width = 0; // older iPhones have room for a few of them
    resolve(blob);
  }, "image/jpeg", 0.9));
}

/** SHA-256 in hexadecimal; "" where the browser has none (only encrypted pages have it). */
export async function sha256(blob) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return hex(new Uint8Array(digest));
}
