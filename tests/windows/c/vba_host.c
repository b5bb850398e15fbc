/* What the add-in's VBA does to reach Python, and what Excel then hands over, value by value.
   vba_host.exe VERSION  (of xlwings) activates the COM server exactly as XLPyLoadDLL/XLPy do and calls our formulas with
   VARIANTs made by hand: 2-D SAFEARRAYs, VT_EMPTY, VT_ERROR, VT_DATE, VT_CY, VT_BSTR, a missing
   argument. One line for each call; exit code: calls that failed. */
#define COBJMACROS
#include <windows.h>
#include <oleauto.h>
#include <stdio.h>

static int failed, calls;

static void put(const wchar_t *text) /* UTF-8, whatever the code page */
{
    char out[16384];
    WideCharToMultiByte(CP_UTF8, 0, text, -1, out, sizeof out, NULL, NULL);
    fputs(out, stdout);
    fflush(stdout);
}

static void show(const VARIANT *v, int depth)
{
    wchar_t text[8192];
    switch (V_VT(v)) {
    case VT_EMPTY: put(L"Empty"); break;
    case VT_NULL: put(L"Null"); break;
    case VT_BSTR: _snwprintf(text, 8192, L"\"%ls\"", V_BSTR(v)); put(text); break;
    case VT_R8: _snwprintf(text, 8192, L"%g", V_R8(v)); put(text); break;
    case VT_DATE: _snwprintf(text, 8192, L"#%g#", V_DATE(v)); put(text); break;
    case VT_I4: _snwprintf(text, 8192, L"%d&", V_I4(v)); put(text); break;
    case VT_I8: _snwprintf(text, 8192, L"%lld (I8!)", V_I8(v)); put(text); break;
    case VT_BOOL: put(V_BOOL(v) ? L"True" : L"False"); break;
    case VT_ERROR: _snwprintf(text, 8192, L"Error %08lx", V_ERROR(v)); put(text); break;
    case VT_DISPATCH: put(L"Object"); break;
    default:
        if (V_VT(v) == (VT_ARRAY | VT_VARIANT)) {
            SAFEARRAY *a = V_ARRAY(v);
            LONG i, j, lo[2] = {0, 0}, hi[2] = {-1, -1}, at[2];
            UINT k, n = SafeArrayGetDim(a);
            for (k = 0; k < n && k < 2; k++) { SafeArrayGetLBound(a, k + 1, lo + k); SafeArrayGetUBound(a, k + 1, hi + k); }
            _snwprintf(text, 8192, L"%u-D[%ld", n, hi[0] - lo[0] + 1); put(text);
            if (n == 2) { _snwprintf(text, 8192, L"x%ld", hi[1] - lo[1] + 1); put(text); }
            put(L"]{");
            for (i = lo[0]; i <= hi[0] && i < lo[0] + 6; i++) {
                if (n == 1) { VARIANT e; at[0] = i; SafeArrayGetElement(a, at, &e); show(&e, depth + 1); put(L", "); VariantClear(&e); }
                else for (j = lo[1]; j <= hi[1] && j < lo[1] + 6; j++) {
                    VARIANT e; at[0] = i; at[1] = j; SafeArrayGetElement(a, at, &e); show(&e, depth + 1); put(j == hi[1] ? L"; " : L", "); VariantClear(&e);
                }
            }
            put(L"}");
        } else { _snwprintf(text, 8192, L"?VT_%x", V_VT(v)); put(text); }
    }
}

static VARIANT str(const wchar_t *s) { VARIANT v; V_VT(&v) = VT_BSTR; V_BSTR(&v) = SysAllocString(s); return v; }
static VARIANT num(double d) { VARIANT v; V_VT(&v) = VT_R8; V_R8(&v) = d; return v; }
static VARIANT day(double d) { VARIANT v; V_VT(&v) = VT_DATE; V_DATE(&v) = d; return v; }
static VARIANT cur(LONGLONG d) { VARIANT v; V_VT(&v) = VT_CY; V_CY(&v).int64 = d * 10000; return v; }
static VARIANT err(SCODE s) { VARIANT v; V_VT(&v) = VT_ERROR; V_ERROR(&v) = s; return v; }
static VARIANT empty(void) { VARIANT v; VariantInit(&v); return v; }
static VARIANT missing(void) { return err(DISP_E_PARAMNOTFOUND); }
static VARIANT object(IDispatch *d) { VARIANT v; V_VT(&v) = VT_DISPATCH; V_DISPATCH(&v) = d; if (d) IDispatch_AddRef(d); return v; }

static VARIANT grid(int rows, int columns, const VARIANT *cells) /* as Range.Value: 1-based, 2-D */
{
    SAFEARRAYBOUND b[2] = {{rows, 1}, {columns, 1}};
    SAFEARRAY *a = SafeArrayCreate(VT_VARIANT, 2, b);
    LONG at[2];
    VARIANT v;
    for (at[0] = 1; at[0] <= rows; at[0]++)
        for (at[1] = 1; at[1] <= columns; at[1]++)
            SafeArrayPutElement(a, at, (void *)&cells[(at[0] - 1) * columns + at[1] - 1]);
    V_VT(&v) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&v) = a;
    return v;
}

static VARIANT list(int n, const VARIANT *cells) /* VBA's Array(...): 0-based, 1-D */
{
    SAFEARRAY *a = SafeArrayCreateVector(VT_VARIANT, 0, n);
    LONG i;
    VARIANT v;
    for (i = 0; i < n; i++) SafeArrayPutElement(a, &i, (void *)&cells[i]);
    V_VT(&v) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&v) = a;
    return v;
}

static HRESULT call(IDispatch *on, const wchar_t *name, int n, VARIANT *arguments, VARIANT *result)
{
    VARIANT reversed[16];
    DISPPARAMS p = {reversed, NULL, n, 0};
    EXCEPINFO e = {0};
    UINT wrong = 0;
    DISPID id;
    int i;
    HRESULT hr = IDispatch_GetIDsOfNames(on, &IID_NULL, (LPOLESTR *)&name, 1, LOCALE_USER_DEFAULT, &id);
    VariantInit(result);
    if (FAILED(hr)) { wchar_t t[200]; _snwprintf(t, 200, L"no member %ls: %08lx\n", name, hr); put(t); return hr; }
    for (i = 0; i < n; i++) reversed[n - 1 - i] = arguments[i];
    hr = IDispatch_Invoke(on, id, &IID_NULL, LOCALE_USER_DEFAULT, DISPATCH_METHOD | DISPATCH_PROPERTYGET, &p, result, &e, &wrong);
    if (hr == DISP_E_EXCEPTION) { put(L"EXCEPTION "); put(e.bstrDescription ? e.bstrDescription : L"(none)"); put(L"\n"); }
    return hr;
}

static void udf(IDispatch *py, const wchar_t *name, int n, const VARIANT *arguments, const wchar_t *what)
{
    VARIANT a[5], result;
    DWORD start = GetTickCount();
    wchar_t text[300];
    HRESULT hr;
    a[0] = str(L"addin.formulas");
    a[1] = str(name);
    a[2] = list(n, arguments);
    a[3] = object(NULL); V_VT(&a[3]) = VT_EMPTY; /* ThisWorkbook and the caller: an Excel has them */
    a[4] = err(0x800A07E7);                      /* Application.Caller from VBA itself: #REF! */
    calls++;
    hr = call(py, L"CallUDF", 5, a, &result);
    _snwprintf(text, 300, L"%ls %ls(%ls) %lu ms = ", SUCCEEDED(hr) ? L"ok " : L"BAD", name, what, GetTickCount() - start);
    put(text);
    if (FAILED(hr)) { failed++; _snwprintf(text, 300, L"%08lx", hr); put(text); }
    else show(&result, 0);
    put(L"\n");
}

static int read_conf(wchar_t *interpreter)
{
    wchar_t path[600], raw[600], *p;
    char line[1000];
    FILE *f;
    _snwprintf(path, 600, L"%ls\\.bangdai\\bangdai.conf", _wgetenv(L"USERPROFILE"));
    if (!(f = _wfopen(path, L"r"))) { put(L"BAD no bangdai.conf\n"); return 0; }
    if (!fgets(line, 1000, f)) return 0;
    fclose(f);
    MultiByteToWideChar(CP_ACP, 0, line, -1, raw, 600); /* VBA reads a text file as ANSI */
    p = wcschr(raw, L','); p += 2; p[wcscspn(p, L"\"")] = 0;
    return ExpandEnvironmentStringsW(p, interpreter, 600) > 0;
}

int wmain(int n, wchar_t **words)
{
    wchar_t python[600], folder[600], dll[600], command[1200], text[1400];
    char narrow[1200];
    HMODULE lib = NULL;
    HRESULT (__stdcall *activate)(VARIANT *, const char *, int);
    VARIANT result, a[5], module;
    IDispatch *py;
    DWORD start;
    int i;
    CoInitialize(NULL);
    if (!read_conf(python)) return 100;
    wcscpy(folder, python);
    for (i = 0; i < 2 && !lib; i++) {
        *wcsrchr(folder, L'\\') = 0;
        _snwprintf(dll, 600, L"%ls\\xlwings64-%ls.dll", folder, words[1]);
        WideCharToMultiByte(CP_ACP, 0, dll, -1, narrow, sizeof narrow, NULL, NULL);
        lib = LoadLibraryA(narrow); /* as the VBA declares it */
    }
    _snwprintf(text, 1400, L"%ls LoadLibrary %ls\n", lib ? L"ok " : L"BAD", dll); put(text);
    if (!lib) return 101;
    activate = (void *)GetProcAddress(lib, "XLPyDLLActivateAuto");
    _snwprintf(command, 1200, L"cmd.exe  /K \"\"%ls\" -I -B -c \"import xlwings; xlwings.serve('$(CLSID)')\"\"", python);
    WideCharToMultiByte(CP_ACP, 0, command, -1, narrow, sizeof narrow, NULL, NULL);
    VariantInit(&result);
    start = GetTickCount();
    i = activate(&result, narrow, 1);
    _snwprintf(text, 1400, L"%ls XLPyDLLActivateAuto %d, %lu ms, ", i ? L"BAD" : L"ok ", i, GetTickCount() - start); put(text);
    show(&result, 0); put(L"\n");
    if (i) return 102;
    py = V_DISPATCH(&result);

    a[0] = str(L"import addin.hosts.excel.desktop, sys, os");
    calls++; if (FAILED(call(py, L"Exec", 1, a, &module))) failed++;
    a[0] = str(L"__import__('sys').executable + ' ' + str(__import__('sys').flags.isolated) + ' ' + __import__('os').getcwd()");
    calls++; if (FAILED(call(py, L"Eval", 1, a, &module))) failed++;
    a[0] = module; if (SUCCEEDED(call(py, L"Str", 1, a, &module))) { put(L"    python: "); show(&module, 0); put(L"\n"); }
    VariantClear(a); VariantClear(&module);
    a[0] = str(L"import addin.hosts.excel.desktop as e; e.press('validate')");
    put(L"    a button without a workbook: "); call(py, L"Exec", 1, a, &module);

    {
        VARIANT one[1], cells[8] = {str(L"2026.5.3"), str(L"2026年5月3日"), num(46145), day(46145), empty(), err(0x800A07FA), num(20260503), str(L"5/6")};
        VARIANT check[6], head[3] = {str(L"导师编号"), str(L"姓名"), str(L"联系电话")}, rows[6] = {str(L"NX640402001-D001"), str(L"张 三"), num(13812345678.0), empty(), cur(5), err(0x800A07FA)};
        one[0] = str(L"2026.5.3"); udf(py, L"BD_DATE", 1, one, L"text");
        one[0] = num(46145); udf(py, L"BD_DATE", 1, one, L"number");
        one[0] = day(46145.5); udf(py, L"BD_DATE", 1, one, L"VT_DATE");
        one[0] = cur(46145); udf(py, L"BD_DATE", 1, one, L"VT_CY");
        one[0] = empty(); udf(py, L"BD_DATE", 1, one, L"VT_EMPTY");
        one[0] = err(0x800A07FA); udf(py, L"BD_DATE", 1, one, L"VT_ERROR #N/A");
        one[0] = missing(); udf(py, L"BD_DATE", 1, one, L"missing");
        one[0] = grid(8, 1, cells); udf(py, L"BD_DATE", 1, one, L"8x1 of all kinds");
        one[0] = grid(1, 8, cells); udf(py, L"BD_DATE", 1, one, L"1x8 of all kinds");
        one[0] = grid(1, 1, cells); udf(py, L"BD_DATE", 1, one, L"1x1");
        one[0] = str(L"张 三"); udf(py, L"BD_NAME", 1, one, L"text");
        one[0] = str(L"开城镇"); udf(py, L"BD_PLACE", 1, one, L"text");
        check[0] = grid(2, 3, rows); check[1] = grid(1, 3, head); check[2] = str(L"导师库"); check[3] = check[4] = check[5] = missing();
        udf(py, L"BD_CHECK", 6, check, L"2x3 with an error, an empty cell and an amount of money");
        check[0] = str(L"x"); udf(py, L"BD_CHECK", 6, check, L"one cell for rows");
    }
    {   /* how long is one call with many cells? */
        static VARIANT many[3 * 20000]; VARIANT check[6], head[3] = {str(L"导师编号"), str(L"姓名"), str(L"联系电话")};
        for (i = 0; i < 20000; i++) { many[3 * i] = str(L"NX640402001-D001"); many[3 * i + 1] = str(L"张三"); many[3 * i + 2] = num(13812345678.0); }
        check[0] = grid(20000, 3, many); check[1] = grid(1, 3, head); check[2] = str(L"导师库"); check[3] = check[4] = check[5] = missing();
        udf(py, L"BD_CHECK", 6, check, L"20000x3");
    }
    _snwprintf(text, 300, L"%d passed, %d failed\n", calls - failed, failed); put(text);
    IDispatch_Release(py);
    if (n > 2) { /* as when VBA is reset: Excel lives on, Python ends by itself */
        CoFreeUnusedLibraries();
        for (i = 0; i < 100; i++) { MSG m; while (PeekMessageW(&m, NULL, 0, 0, PM_REMOVE)) DispatchMessageW(&m); Sleep(100); }
    }
    return failed;
}
