/*
 * A Vulkan driver for tests that forwards everything to the driver LOSING_DRIVER (a library's path) but loses the device: in each process the
 * submission of number LOSE_AT, counted from 0, returns VK_ERROR_DEVICE_LOST, as long as there is a file LOSING_TICKETS/N to take, N from 0.
 *
 * Vulkan-Docs, "Loader and layer interface", version 2 and later: the loader asks a driver for its functions by vk_icdGetInstanceProcAddr.
 */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void (*Function)(void);
typedef Function (*Lookup)(void *, const char *);
typedef int (*Submit)(void *, unsigned, const void *, void *);

static const int DEVICE_LOST = -4;
static Submit submit;
static Lookup deviceLookup;
static atomic_int submitted;

static void *symbol(const char *name) {
  static void *library;
  if (!library) library = dlopen(getenv("LOSING_DRIVER"), RTLD_NOW | RTLD_LOCAL);
  return library ? dlsym(library, name) : 0;
}

static int ticketTaken(void) {
  char path[4096];
  for (int n = 0; n < 10; n++) {
    snprintf(path, sizeof path, "%s/%d", getenv("LOSING_TICKETS"), n);
    if (unlink(path) == 0) return 1;
  }
  return 0;
}

static int losingSubmit(void *queue, unsigned count, const void *batches, void *fence) {
  if (atomic_fetch_add(&submitted, 1) == atoi(getenv("LOSE_AT")) && ticketTaken()) return DEVICE_LOST;
  return submit(queue, count, batches, fence);
}

static Function losing(const char *name, Function found) {
  if (strcmp(name, "vkQueueSubmit") != 0) return found;
  submit = (Submit)found;
  return (Function)losingSubmit;
}

static Function losingDeviceLookup(void *device, const char *name) { return losing(name, deviceLookup(device, name)); }

Function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
  Function found = ((Lookup)symbol("vk_icdGetInstanceProcAddr"))(instance, name);
  if (strcmp(name, "vkGetDeviceProcAddr") != 0) return losing(name, found);
  deviceLookup = (Lookup)found;
  return (Function)losingDeviceLookup;
}

Function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
  Lookup lookup = (Lookup)symbol("vk_icdGetPhysicalDeviceProcAddr");
  return lookup ? lookup(instance, name) : 0;
}

int vk_icdNegotiateLoaderICDInterfaceVersion(unsigned *version) {
  return ((int (*)(unsigned *))symbol("vk_icdNegotiateLoaderICDInterfaceVersion"))(version);
}
